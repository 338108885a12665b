//! What a ticket is made of: the marketplace's own words, and what the desk sent.

use crate::vendor::desk::fact::Part;
use crate::vendor::desk::ticket::File;
use crate::vendor::evidence::object;
use crate::wire::json::Json;

/// The parts of a ticket as they came. A part that was not read is [`Json::Absent`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Raw {
    /// The ticket itself.
    pub ticket: Json,
    /// Its messages, where they are a list of their own.
    pub messages: Json,
    /// Its events.
    pub events: Json,
    /// Its returns.
    pub returns: Json,
    /// What the desk itself sent, oldest first. It counts where the marketplace does not show it:
    /// at all, or not yet. It comes from the outbox when a ticket is read, and no sync writes it.
    pub own: Vec<Own>,
}

/// Something that the desk sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Own {
    /// Its text.
    pub text: String,
    /// The time at which it was sent, in milliseconds since 1970.
    pub at: f64,
    /// Whether it announced another message, so that the ticket stayed with the seller.
    pub is_interim: bool,
    /// Whether it expects an answer.
    pub wants_reply: bool,
    /// Whether the marketplace has accepted it, and is still checking it.
    pub in_moderation: bool,
    /// Its files.
    pub files: Vec<File>,
}

impl Raw {
    /// Returns the parts that [`write`](Self::write) made one value of.
    #[must_use]
    pub fn read(mut json: Json) -> Self {
        let own = json.take("own").into_list();
        Self {
            ticket: json.take("ticket"),
            messages: json.take("messages"),
            events: json.take("events"),
            returns: json.take("returns"),
            own: own.iter().map(Own::read).collect(),
        }
    }

    /// Returns the parts with one of those that are lists replaced.
    #[must_use]
    pub fn with(self, part: &str, items: Vec<Json>) -> Self {
        let items = Json::List(items);
        match part {
            "messages" => Self { messages: items, ..self },
            "events" => Self { events: items, ..self },
            "returns" => Self { returns: items, ..self },
            _ => self,
        }
    }

    /// Returns the parts as one value, in which a part that was not read does not appear.
    #[must_use]
    pub fn write(&self) -> Json {
        let own: Vec<Json> = self.own.iter().map(Own::write).collect();
        let parts = [
            ("ticket", self.ticket.clone()),
            ("messages", self.messages.clone()),
            ("events", self.events.clone()),
            ("returns", self.returns.clone()),
            ("own", if own.is_empty() { Json::Absent } else { Json::List(own) }),
        ];
        Json::Map(
            parts
                .into_iter()
                .filter(|(_, part)| !part.is_absent())
                .map(|(name, part)| (name.to_owned(), part))
                .collect(),
        )
    }
}

fn file(json: &Json) -> File {
    let file = Part::of(json);
    let [name, mime_type] = ["name", "mimeType"].map(|name| file.text(name).into_told());
    File { name, mime_type, size: file.whole("size").into_told(), ..File::default() }
}

impl Own {
    fn read(json: &Json) -> Self {
        let part = Part::of(json);
        let flag = |name| part.flag(name).told() == Some(&true);
        Self {
            text: part.str("text").told().copied().unwrap_or_default().to_owned(),
            at: json.get("at").and_then(Json::as_f64).unwrap_or_default(),
            is_interim: flag("interim"),
            wants_reply: flag("wantsReply"),
            in_moderation: flag("inModeration"),
            files: part.items("files").told().map(|files| files.iter().map(file).collect()).unwrap_or_default(),
        }
    }

    fn write(&self) -> Json {
        let files = self.files.iter().map(|file| {
            object(&mut [
                ("name", file.name.as_deref().into()),
                ("mimeType", file.mime_type.as_deref().into()),
                ("size", file.size.into()),
            ])
        });
        object(&mut [
            ("text", self.text.as_str().into()),
            ("at", Json::Number(self.at.to_string())),
            ("interim", self.is_interim.into()),
            ("wantsReply", self.wants_reply.into()),
            ("inModeration", self.in_moderation.into()),
            ("files", Json::List(files.collect())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_were_written() {
        let (name, mime_type) = (Some("a.png".into()), Some("image/png".into()));
        let file = File { name, mime_type, size: Some(5), ..File::default() };
        let files = vec![file, File::default()];
        let own = Own { text: "ä".into(), at: 1_772_000_000_123.0, is_interim: true, files, ..Own::default() };
        let whole = Raw {
            ticket: object(&mut [("id", "1".into())]),
            messages: Json::List(Vec::new()),
            own: vec![own.clone(), Own { wants_reply: true, in_moderation: true, ..own }],
            ..Raw::default()
        };
        let text = whole.write().to_string();
        assert!(!text.contains("events"), "{text}");
        assert_eq!(Raw::read(Json::read(text.as_bytes()).unwrap()), whole);
        assert_eq!(Raw::read(Raw::default().write()), Raw::default());
        // A list that was read and is empty differs from one that was not read.
        assert_eq!(Raw::read(whole.write()).messages, Json::List(Vec::new()));
    }
}
