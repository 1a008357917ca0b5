/// What the records of a tab-separated file so far say about its quotes. Both flags can be true if a file was concatenated from two.
struct QuoteEvidence {
    /// Something was seen that only a quoting writer would write: a quoted header, doubled quotes inside a quoted field, or a quoted field
    /// with line ends where reading line by line would not have given every row its fields.
    var isQuoted = false
    /// A quote was seen that a quoting writer would have quoted and doubled.
    var isLiteral = false
}
