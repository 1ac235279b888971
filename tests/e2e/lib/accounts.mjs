// The accounts that every server of the tests knows.

/** The password of alice, bob or carol. */
export const passwordOf = (user) => `${user}-pass`;

/** Their names. */
export const USERS = ["alice", "bob", "carol"];
