//! Files on their way into a request body: type detection, base64, data URLs, bodies of known length.
