import Synchronization
import TenorClassifying
import TenorReading
import TenorThreads

/// The texts of one request on their way to their answers.
final class Work: Sendable {
    private struct State {
        var answers: [Answer?]
        var missing: Int
    }

    let model: ServedModel
    let texts: [InputText]
    private let state: Lock<State>
    private let abandoned = Atomic(false)
    private let receive: @Sendable ([Answer]) -> Void

    /// - Parameter receive: called once, with an answer for each text, on the thread that computes the last one.
    init(_ model: ServedModel, _ texts: [InputText], _ receive: @escaping @Sendable ([Answer]) -> Void) {
        precondition(!texts.isEmpty)
        self.model = model
        self.texts = texts
        self.receive = receive
        state = Lock(State(answers: Array(repeating: nil, count: texts.count), missing: texts.count))
    }

    /// Nobody waits for the answers any more, so no more of them need to be computed.
    func abandon() { abandoned.store(true, ordering: .relaxed) }

    var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

    func finish(_ text: Int, _ answer: Answer) {
        let answers = state.withLock { state -> [Answer]? in
            state.answers[text] = answer
            state.missing -= 1
            return state.missing == 0 ? state.answers.map { $0! } : nil
        }
        if let answers { receive(answers) }
    }
}
