import ArgumentParser
import TenorFiles

/// Rejects an option that takes one value and is named more than once. The parser would silently use the last value.
///
/// Which options take several values follows from the commands' own definitions, as the parser describes them.
struct RepeatedOptions {
    private let arguments: [String]

    /// - Parameter arguments: the words after the program's name.
    init(_ arguments: [String]) { self.arguments = arguments }

    func check() throws {
        var counts: [String: Int] = [:]
        for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            counts[String(word.dropFirst(2).prefix { $0 != "=" }), default: 0] += 1
        }
        let repeated = counts.filter { $0.value > 1 }
        guard !repeated.isEmpty, let single = singleValued else { return }
        guard let name = repeated.keys.sorted().first(where: single.contains), let count = repeated[name] else { return }
        throw ValidationError("--\(name) is given \(count == 2 ? "twice" : "\(count) times"), it takes one value")
    }

    /// The names of the command's options that take one value; nil if no command is named.
    private var singleValued: Set<String>? {
        let help = try? Array(TenorCommand._dumpHelp().utf8).withUnsafeBytes { try JSON(parsing: $0) }
        let commands = help?["command"]?["subcommands"]?.array ?? []
        guard let name = arguments.first(where: { !$0.hasPrefix("-") }),
            let command = commands.first(where: { $0["commandName"]?.string == name })
        else { return nil }
        let options = command["arguments"]?.array?.filter { $0["kind"]?.string == "option" && $0["isRepeating"]?.bool == false } ?? []
        return Set(options.flatMap { $0["names"]?.array?.compactMap { $0["name"]?.string } ?? [] })
    }
}
