import Foundation
import TenorLayers
import TenorModeling
import TenorReading
import TenorSupport
import TenorTraining
import Testing

@Suite struct CachedActivationsTests {
    /// 300 rows: two whole groups and part of a third.
    private func rows(_ fixture: ModelFixture) -> [TokenRow] { (0..<300).map { fixture.ids[$0 % fixture.ids.count] } }

    private func numbers(_ below: Batch.Below) -> [[Float]] {
        switch below {
        case .nothing: []
        case .states(let rows), .pooled(let rows): rows.map(\.elements)
        }
    }

    @Test("States kept in memory, in the file and computed again are the same bits", arguments: [0, 2, 3])
    func places(_ frozen: Int) throws {
        let fixture = try ModelFixture("bert-erf")
        let model = try ModelFolder(fixture.folder).classifier()
        let rows = rows(fixture)
        let boundary = FrozenBoundary.after(blocks: frozen)
        let asked = [299, 0, 130, 131, 7, 255, 256]
        let size = try CachedActivations(rows, model, below: boundary, threads: 2).below(Array(0..<128), model, threads: 1)
        let group = numbers(size).reduce(0) { $0 + $1.count } * 4
        let budgets: [(CachedActivations.Budget, Set<CachedActivations.Place>)] = [
            (.standard, [.memory]), (.init(memory: 0, disk: 1 << 30), [.disk]), (.init(memory: 0, disk: 0), [.nowhere]),
            (.init(memory: group, disk: group), [.memory, .disk, .nowhere]),
        ]
        var answers: [[[Float]]] = []
        for (budget, places) in budgets {
            let kept = try CachedActivations(rows, model, below: boundary, budget: budget, threads: 1)
            #expect(Set(kept.places).isSubset(of: places))
            answers.append(numbers(kept.below(asked, model, threads: 2)))
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect(answers[0].count == asked.count)
    }

    /// In a separate process, because environment and limits apply to a whole process.
    @Test("Where no temporary file can be made or filled, states are computed again: the same bits")
    func fullDisk() async {
        await #expect(processExitsWith: .success) {
            let fixture = try ModelFixture("bert-erf")
            let model = try ModelFolder(fixture.folder).classifier()
            let rows = (0..<300).map { fixture.ids[$0 % fixture.ids.count] }
            func kept(disk: Int) throws -> CachedActivations {
                try CachedActivations(rows, model, below: .after(blocks: 2), budget: .init(memory: 0, disk: disk), threads: 1)
            }
            func numbers(_ kept: CachedActivations) -> [[Float]] {
                if case .states(let rows) = kept.below([299, 0, 131], model, threads: 1) { rows.map(\.elements) } else { [] }
            }
            let reference = try kept(disk: 1 << 30)
            #expect(reference.places == [.disk, .disk, .disk])
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 300_000, rlim_max: 300_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let full = try kept(disk: 1 << 30)
            #expect(full.places.contains(.nowhere))
            #expect(numbers(full) == numbers(reference))
            setenv("TMPDIR", "/nowhere", 1)
            let none = try kept(disk: 1 << 30)
            #expect(none.places == [.nowhere, .nowhere, .nowhere])
            #expect(numbers(none) == numbers(reference))
        }
    }

    @Test(
        "Rows of the word table that no text uses decay as they would have step by step, to the bit", arguments: [Unfreezing.top(1), .all])
    func unusedPieces(_ policy: Unfreezing) throws {
        let fixture = try ModelFixture("bert-erf")
        let model = try ModelFolder(fixture.folder).classifier()
        let train = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
        var options = TuningOptions()
        options.unfreezing = policy
        options.epochs = 1
        options.batchSize = 2
        options.learningRate = 1e-3
        options.weightDecay = 0.1
        options.clip = 0  // the norm of a smaller table is summed in a different order
        options.threads = 2
        func tuned(dev: LabelledRows?) throws -> [[Float]] {
            let trainer = Trainer(options, train: train, dev: dev)
            return try trainer.run(from: trainer.start(model), report: { _ in }).best.weights.matrices.map(\.elements)
        }
        let words = model.weights[model.encoder.tokenEmbeddings]
        let used = Set(train.rows.map(\.ids).joined())
        #expect(used.count < words.rows)
        // Dev rows with every token make all of them take part.
        let all = stride(from: 0, to: words.rows, by: 8).map { first in TokenRow((first..<min(first + 8, words.rows)).map(Int32.init)) }
        let (few, every) = (try tuned(dev: nil), try tuned(dev: LabelledRows(rows: all, targets: .labels(all.map { _ in 0 }))))
        #expect(few.indices.filter { few[$0] != every[$0] } == [])
        #expect((few[model.encoder.tokenEmbeddings.index] == words.elements) == (policy == .top(1)))
    }

    @Test(
        "Tuning gives the same bits at 1, 2 and 3 threads, from run to run, and however states are kept",
        arguments: [Unfreezing.none, .top(1), .all])
    func sameBits(_ policy: Unfreezing) throws {
        let fixture = try ModelFixture("bert-erf")
        let train = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
        func weights(threads: Int, memory: Int = 1 << 29) throws -> [[Float]] {
            var options = TuningOptions()
            options.unfreezing = policy
            options.epochs = 3
            options.batchSize = 5
            options.threads = threads
            options.budget.memory = memory
            let trainer = Trainer(options, train: train, dev: train)
            let model = try ModelFolder(fixture.folder).classifier()
            return try trainer.run(from: trainer.start(model), report: { _ in }).model.weights.matrices.map(\.elements)
        }
        let first = try weights(threads: 1)
        for other in [try weights(threads: 1), try weights(threads: 2), try weights(threads: 3), try weights(threads: 2, memory: 0)] {
            #expect(first.indices.filter { first[$0] != other[$0] } == [])
        }
    }
}
