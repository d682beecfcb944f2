//! The files' format: a line that begins with `#` says what the vector shows; every other line is a name, a colon, a space and a value.

/// One vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vector {
    about: String,
    fields: Vec<(String, String)>,
}

impl Vector {
    pub(crate) fn new(about: &str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { about: about.to_owned(), fields }
    }

    /// The value with this name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("the vector has no {name}: {}", self.about))
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("# {}\n", self.about);
        for (name, value) in &self.fields {
            assert!(!value.contains('\n'), "{name}");
            text.push_str(&format!("{name}: {value}\n"));
        }
        text
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        let about = lines.next().and_then(|line| line.strip_prefix("# ")).ok_or("no first line with #")?;
        let fields = lines
            .map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
            .collect::<Option<Vec<_>>>()
            .ok_or("a line without a colon and a space")?;
        Ok(Self { about: about.to_owned(), fields })
    }
}
