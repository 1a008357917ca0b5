import Glibc
import TenorFiles

/// What comes with the program. An installed program has it in `../share/tenor`, and one that was built from the sources beside them.
enum ShippedFolder {
    /// The base that training starts from; nil if there is none.
    static let base = folder("english", inSources: "Models/english", holding: "config.json")
    /// The tables of ``AuditCases``; nil if there are none.
    static let audit = folder("audit", inSources: "Corpora/audit", holding: "terms.csv")

    private static func folder(_ name: String, inSources sources: String, holding file: String) -> String? {
        guard let program = resolved("/proc/self/exe") else { return nil }
        let parts = program.split(separator: "/").map(String.init)
        var places = ["/\(parts.dropLast(2).joined(separator: "/"))/share/tenor/\(name)"]
        if let build = parts.lastIndex(of: ".build") { places.append("/\(parts[..<build].joined(separator: "/"))/\(sources)") }
        return places.first { access("\($0)/\(file)", R_OK) == 0 }
    }
}
