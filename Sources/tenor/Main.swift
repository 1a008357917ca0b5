import ArgumentParser
import TenorFiles

@main
enum Main {
    static func main() {
        // A closed pipe ends the program, even if the parent process ignores that signal.
        signal(SIGPIPE, SIG_DFL)
        Interrupts.watch()
        do {
            try RepeatedOptions(Array(CommandLine.arguments.dropFirst())).check()
            var command = try TenorCommand.parseAsRoot()
            try command.run()
            try Output.flush()
        } catch {
            Failure(error).exit()
        }
    }
}
