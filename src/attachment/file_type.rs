//! The file types that detection knows, with their mime types, names and extensions.

/// A file type that [`detect`](super::detect::detect) can identify from content.
///
/// The list covers what the marketplaces accept (nine types at Kaufland; the same nine, xls and
/// every image at JTL-SCX; png, jpeg and pdf at Magalu) and the types that are easily mistaken for
/// those, so that a message can say what a file really is.
///
/// An Office template counts as the document, workbook or presentation that it is made for, and a
/// slide show as a presentation. A file of a format with macros that contains none counts as the
/// format without macros. The first difference of these is in a compressed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileType {
    /// Text of any kind, including HTML, CSV and JSON, which cannot be told apart reliably by
    /// content.
    Text,
    /// Rich Text Format, also under names that end in `.doc`.
    Rtf,
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// Graphics Interchange Format.
    Gif,
    /// Tagged Image File Format in either byte order, including `BigTIFF`.
    Tiff,
    /// WebP.
    Webp,
    /// Windows bitmap.
    Bmp,
    /// High Efficiency Image File, as phones produce it.
    Heic,
    /// AV1 Image File.
    Avif,
    /// Portable Document Format.
    Pdf,
    /// Word document (Office Open XML).
    Docx,
    /// Excel workbook (Office Open XML).
    Xlsx,
    /// PowerPoint presentation (Office Open XML).
    Pptx,
    /// Word document with macros.
    Docm,
    /// Excel workbook with macros.
    Xlsm,
    /// PowerPoint presentation with macros.
    Pptm,
    /// Binary Excel workbook in a zip container.
    Xlsb,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// OpenDocument presentation.
    Odp,
    /// A zip archive of none of the types above.
    Zip,
    /// Word 97-2003 document.
    Doc,
    /// Excel 97-2003 workbook.
    Xls,
    /// PowerPoint 97-2003 presentation.
    Ppt,
    /// Outlook message.
    Msg,
    /// Another file in an OLE container, such as an Office document with a password.
    Ole,
    /// MPEG-4 video or audio.
    Mp4,
    /// `QuickTime` video.
    Mov,
}

/// The type, its mime type, its name for messages and its file name extensions (the usual one
/// first).
type Row = (FileType, &'static str, &'static str, &'static [&'static str]);

/// The mime types are those of the marketplaces' lists if they have one, else IANA's.
const TABLE: &[Row] = &[
    (FileType::Text, "text/plain", "plain text", &["txt", "text", "log"]),
    (FileType::Rtf, "application/rtf", "an RTF document", &["rtf"]),
    (FileType::Svg, "image/svg+xml", "an SVG image", &["svg"]),
    (FileType::Png, "image/png", "a PNG image", &["png"]),
    (FileType::Jpeg, "image/jpeg", "a JPEG image", &["jpg", "jpeg", "jpe", "jfif"]),
    (FileType::Gif, "image/gif", "a GIF image", &["gif"]),
    (FileType::Tiff, "image/tiff", "a TIFF image", &["tif", "tiff"]),
    (FileType::Webp, "image/webp", "a WebP image", &["webp"]),
    (FileType::Bmp, "image/bmp", "a BMP image", &["bmp", "dib"]),
    (FileType::Heic, "image/heic", "a HEIC image", &["heic", "heif"]),
    (FileType::Avif, "image/avif", "an AVIF image", &["avif"]),
    (FileType::Pdf, "application/pdf", "a PDF document", &["pdf"]),
    (
        FileType::Docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a Word document (docx)",
        &["docx"],
    ),
    (
        FileType::Xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "an Excel workbook (xlsx)",
        &["xlsx"],
    ),
    (
        FileType::Pptx,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "a PowerPoint presentation (pptx)",
        &["pptx"],
    ),
    (
        FileType::Docm,
        "application/vnd.ms-word.document.macroEnabled.12",
        "a Word document with macros (docm)",
        &["docm"],
    ),
    (
        FileType::Xlsm,
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "an Excel workbook with macros (xlsm)",
        &["xlsm"],
    ),
    (
        FileType::Pptm,
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
        "a PowerPoint presentation with macros (pptm)",
        &["pptm"],
    ),
    (
        FileType::Xlsb,
        "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
        "a binary Excel workbook (xlsb)",
        &["xlsb"],
    ),
    (FileType::Odt, "application/vnd.oasis.opendocument.text", "an OpenDocument text", &["odt"]),
    (FileType::Ods, "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet", &["ods"]),
    (FileType::Odp, "application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation", &["odp"]),
    (FileType::Zip, "application/zip", "a zip archive", &["zip"]),
    (FileType::Doc, "application/msword", "a Word 97-2003 document (doc)", &["doc", "dot"]),
    (FileType::Xls, "application/vnd.ms-excel", "an Excel 97-2003 workbook (xls)", &["xls", "xlt"]),
    (FileType::Ppt, "application/vnd.ms-powerpoint", "a PowerPoint 97-2003 presentation (ppt)", &["ppt", "pps"]),
    (FileType::Msg, "application/vnd.ms-outlook", "an Outlook message", &["msg"]),
    (FileType::Ole, "application/x-ole-storage", "an OLE container, perhaps an Office file with a password", &[]),
    (FileType::Mp4, "video/mp4", "an MP4 video", &["mp4", "m4v"]),
    (FileType::Mov, "video/quicktime", "a QuickTime video", &["mov", "qt"]),
];

impl FileType {
    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.0 == self)
    }

    /// All types, in the order of the enum.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The mime type, as the marketplaces' lists write it.
    pub fn mime_type(self) -> &'static str {
        self.row().map_or("application/octet-stream", |row| row.1)
    }

    /// A name for messages, with its article: "a PNG image".
    pub fn name(self) -> &'static str {
        self.row().map_or("a file", |row| row.2)
    }

    /// The file name extensions in lower case, without the dot, with the usual one first. The slice
    /// is empty if there is none.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.3)
    }

    /// The type for a mime type, compared without case. Parameters (`; charset=…`) are ignored.
    pub fn from_mime_type(mime_type: &str) -> Option<Self> {
        let bare = mime_type.split(';').next().unwrap_or_default().trim();
        TABLE.iter().find(|row| row.1.eq_ignore_ascii_case(bare)).map(|row| row.0)
    }

    /// The type that an extension (without the dot, in any case) usually stands for.
    pub fn from_extension(extension: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.3.iter().any(|known| known.eq_ignore_ascii_case(extension))).map(|row| row.0)
    }

    /// Returns whether this is an image: JTL-SCX accepts `image/*`.
    pub fn is_image(self) -> bool {
        self.mime_type().starts_with("image/")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_has_every_type_once_and_no_name_twice() {
        // `Mov` is the last variant, so this fails for a new variant without a row.
        assert_eq!(FileType::all().count(), FileType::Mov as usize + 1);
        assert!(FileType::all().enumerate().all(|(i, file_type)| file_type as usize == i));
        let mut seen = HashSet::new();
        for file_type in FileType::all() {
            assert!(seen.insert(file_type.mime_type()));
            assert_eq!(FileType::from_mime_type(file_type.mime_type()), Some(file_type));
            assert!(file_type.name().starts_with("a") || file_type == FileType::Text || file_type == FileType::Ole);
            for extension in file_type.extensions() {
                assert!(seen.insert(extension), "{extension}");
                assert_eq!(FileType::from_extension(&extension.to_uppercase()), Some(file_type));
            }
        }
    }

    #[test]
    fn mime_types_are_read_loosely() {
        assert_eq!(FileType::from_mime_type("Text/Plain; charset=utf-8"), Some(FileType::Text));
        assert_eq!(FileType::from_mime_type(" image/PNG "), Some(FileType::Png));
        assert_eq!(FileType::from_mime_type("image/x-png"), None);
        assert_eq!(FileType::from_mime_type(""), None);
    }

    #[test]
    fn pictures() {
        assert!(FileType::Svg.is_image() && FileType::Heic.is_image());
        assert!(!FileType::Pdf.is_image());
    }
}
