/// The encodings a source may have. All but UTF-8 are transcoded to UTF-8 while reading.
package enum TextEncoding: String, Sendable, CaseIterable {
    case utf8
    case latin1
    /// Little-endian, unless a byte order mark says otherwise.
    case utf16
    case windows1252 = "windows-1252"
}

/// The characters of Windows-1252 at 0x80 to 0x9F, where Latin-1 has control characters; 0 if undefined.
let windows1252Controls: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
]
