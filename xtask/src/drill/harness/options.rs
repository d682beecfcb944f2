//! A drill's arguments: `--name` or `--name value`, each known.

/// The arguments of a drill.
pub(in crate::drill) struct Options(Vec<(String, Option<String>)>);

impl Options {
    /// Reads arguments; `flags` take no value, `values` take one.
    pub(in crate::drill) fn parse(args: &[String], flags: &[&str], values: &[&str]) -> Result<Self, String> {
        let mut read = Vec::new();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            let name = arg.strip_prefix("--").unwrap_or(arg);
            if flags.contains(&name) {
                read.push((name.to_owned(), None));
            } else if values.contains(&name) {
                let value = rest.next().ok_or_else(|| format!("{arg} needs a value"))?;
                read.push((name.to_owned(), Some(value.clone())));
            } else {
                let known: Vec<_> = flags.iter().chain(values).map(|name| format!("--{name}")).collect();
                return Err(format!("unknown argument {arg}; there are {}", known.join(", ")));
            }
        }
        Ok(Self(read))
    }

    /// Whether a flag was given.
    pub(in crate::drill) fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|(name, _)| name == flag)
    }

    /// The value given, or `default`.
    pub(in crate::drill) fn number<T: std::str::FromStr>(
        &self,
        wanted: &str,
        default: T,
    ) -> Result<T, String> {
        match self.text(wanted) {
            Some(text) => text.parse().map_err(|_| format!("--{wanted} {text}: not such a number")),
            None => Ok(default),
        }
    }

    /// The text given.
    pub(in crate::drill) fn text(&self, wanted: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_deref())
    }
}
