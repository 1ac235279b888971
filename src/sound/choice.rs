//! The microphone or speaker that the user has chosen, kept from one visit to the next.
//!
//! Browsers change the ids of devices now and then, for instance when site data is cleared; the label finds a device
//! again.

/// A device as it was chosen, or as it is there now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its id in this browser.
    pub id: String,
    /// Its name for people; empty before the browser shows it.
    pub label: String,
}

impl Choice {
    /// What was [written](Self::write).
    pub fn read(text: &str) -> Option<Self> {
        let (id, label) = text.split_once('\n')?;
        (!id.is_empty()).then(|| Self { id: id.into(), label: label.into() })
    }

    /// To be kept.
    pub fn write(&self) -> String {
        [&self.id, "\n", &self.label].concat()
    }
}

/// The chosen device among those that are there: by id, else by label.
pub fn find<'a>(choice: &Choice, devices: &'a [Choice]) -> Option<&'a Choice> {
    let by_id = devices.iter().find(|device| device.id == choice.id);
    by_id.or_else(|| devices.iter().find(|device| !device.label.is_empty() && device.label == choice.label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, label: &str) -> Choice {
        Choice { id: id.into(), label: label.into() }
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let headset = device("f00", "Headset (2)\nof two lines");
        assert_eq!(Choice::read(&headset.write()), Some(headset));
        for text in ["", "f00", "\nHeadset"] {
            assert_eq!(Choice::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_id_goes_before_the_label_and_the_label_finds_a_new_id() {
        let devices = [device("1", "Headset"), device("2", "Webcam"), device("3", "")];
        assert_eq!(find(&device("2", "Headset"), &devices), Some(&devices[1]));
        assert_eq!(find(&device("old", "Headset"), &devices), Some(&devices[0]));
        assert_eq!(find(&device("old", ""), &devices), None, "an unknown name is not a name");
        assert_eq!(find(&device("old", "Gone"), &devices), None);
    }
}
