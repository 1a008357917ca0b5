/// "1 row", "2 rows".
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The value with this many decimals.
package func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    guard !value.isNaN else { return "NaN" }
    guard value.isFinite, abs(value) < 1e15 / scale else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let fraction = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// Lines of a table with the first column left-aligned and the others right-aligned.
package func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
        row.enumerated().map { column, cell in
            let space = String(repeating: " ", count: widths[column] - cell.count)
            return column == 0 ? cell + space : space + cell
        }.joined(separator: "  ")
    }
}

/// With commas between groups of three digits, such as 1,234,567.
package func grouped(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value
    while rest >= 1000 {
        let part = String(rest % 1000)
        groups.insert(String(repeating: "0", count: 3 - part.count) + part, at: 0)
        rest /= 1000
    }
    return ([String(rest)] + groups).joined(separator: ",")
}

/// A time in seconds, such as 12 s, 3 min 20 s or 2 h 5 min.
package func duration(_ seconds: Double) -> String {
    if seconds < 60 { return "\(fixed(seconds, 0)) s" }
    if seconds < 3600 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
}
