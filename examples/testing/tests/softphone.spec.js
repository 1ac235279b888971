import { expect, test } from "./loopback.js";

async function dial(page, number) {
  await page.getByLabel("Number").fill(number);
  await page.getByRole("button", { name: "Dial" }).click();
}

/** More is heard of the far side than before. */
async function hears(page) {
  const before = await page.evaluate(() => energyHeard());
  await expect.poll(() => page.evaluate(() => energyHeard())).toBeGreaterThan(before);
}

test("a call is heard, and ends", async ({ signIn }) => {
  const alice = await signIn("alice");
  await dial(alice, "tone");
  await expect(alice.locator("#call")).toHaveText("connected");
  await hears(alice);
  await alice.getByRole("button", { name: "Hang up" }).click();
  await expect(alice.locator("#call")).toHaveText("ended: hung up");
});

test("two users hear each other", async ({ signIn }) => {
  const [alice, bob] = [await signIn("alice"), await signIn("bob")];
  await dial(alice, "bob");
  await expect(bob.locator("#call")).toHaveText("connected");
  await hears(alice);
  await hears(bob);
});

for (const [robot, cause] of Object.entries({ busy: "Busy", reject: "Rejected" })) {
  test(`${robot} is told`, async ({ signIn }) => {
    const alice = await signIn("alice");
    await dial(alice, robot);
    await expect(alice.locator("#call")).toHaveText(`ended: ${cause}`);
  });
}

test("a call outlives a broken connection", async ({ signIn, loopback }) => {
  const alice = await signIn("alice");
  await dial(alice, "echo");
  await expect(alice.locator("#call")).toHaveText("connected");
  await loopback.order("handshakes", { fault: "refuse", count: 1 });
  await loopback.order("reset", { user: "alice" });
  await expect(alice.locator("#connection")).toHaveText("lost");
  await expect(alice.locator("#connection")).toHaveText("ready");
  await expect(alice.locator("#call")).toHaveText("connected");
  await hears(alice);
});

test("a server that is overloaded is asked again", async ({ page, loopback }) => {
  await loopback.order("answer", { method: "REGISTER", status: 503, retryAfter: 1 });
  const settings = new URLSearchParams({ server: loopback.sip, user: "alice", password: "alice-pass" });
  await page.goto(`${loopback.page}app/index.html?${settings}`);
  await expect(page.locator("#connection")).toHaveText("ready");
});
