import ArgumentParser
import TenorFiles
import TenorTraining

#if TENOR_SERVER
    import TenorServing
#endif

/// Ends the program after an error, with one line on standard error and the matching exit status of sysexits.h.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    private var status: Int32 {
        switch error {
        case is OutputError: return EX_IOERR
        case is Unavailable: return EX_UNAVAILABLE
        case is NoAnswer, is TooMuchLost, is TooFewRows, is OtherLabels, is SpoiledCorpus: return EX_DATAERR
        default: break
        }
        #if TENOR_SERVER
            if error is ServerError { return EX_UNAVAILABLE }
        #endif
        switch Fault(error) {
        case .badRequest: return EX_USAGE
        case .missing: return EX_NOINPUT
        case .badData, .diverged: return EX_DATAERR
        case .readFailed: return EX_IOERR
        case .notWritten: return EX_CANTCREAT
        case nil: return EX_SOFTWARE
        }
    }

    func exit() -> Never {
        Interrupts.yieldIfEnding()
        // Help and the version are not failures, and the parser describes a wrong command line.
        let code = TenorCommand.exitCode(for: error)
        if code == .success { printHelp() }
        // Answers from before the failure are worth keeping.
        try? Output.flush()
        Messages.clearProgress()
        if code == .validationFailure {
            Messages.line("tenor: \(messageLine(TenorCommand.message(for: error))); see 'tenor \(commandName)--help'")
            Glibc.exit(code.rawValue)
        }
        Messages.line("tenor: \(messageLine(description))\(advice(on: error))")
        Glibc.exit(status)
    }

    /// The error, with an option under the name that it has on the command line.
    private var description: String {
        if let error = error as? OptionError { "\(flag(of: error.option)) must be \(error.needed)" } else { "\(error)" }
    }

    /// Prints what was requested instead of an answer: help, the version or a completion script.
    private func printHelp() -> Never {
        do {
            try Output.line(TenorCommand.fullMessage(for: error))
            try Output.flush()
        } catch {
            Messages.line("tenor: \(error)")
            Glibc.exit(EX_IOERR)
        }
        Glibc.exit(EX_OK)
    }

    /// The name of the command on the command line, followed by a space; empty if there is none.
    private var commandName: String {
        let names = TenorCommand.configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
        return CommandLine.arguments.dropFirst().first(where: names.contains).map { $0 + " " } ?? ""
    }
}
