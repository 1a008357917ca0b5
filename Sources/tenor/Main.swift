import ArgumentParser

@main
struct Tenor: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tenor")
}
