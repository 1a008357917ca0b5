import TenorFiles

/// The list of wrong answers, to be searched and filtered. All of it is in the page; without the script, all of it is shown.
struct ErrorBrowser {
    let labels: [String]
    let errors: [WrongAnswer]
    /// All wrong answers, listed or not.
    let count: Int

    /// The number of wrong answers in a page, and of characters of each text.
    static let most = 2000
    static let longest = 1000

    var html: HTML {
        guard count > 0 else { return "<p>There are none.</p>\n" }
        let note =
            count > errors.count
            ? "The \(grouped(errors.count)) most confident of \(grouped(count)) wrong answers."
            : "All \(grouped(count)) wrong answers, the most confident first."
        return """
            <p>\(note)</p>
            <form class="filters" hidden>
            <label>Text <input type="search" id="find" autocomplete="off"></label>
            <label>True label <select id="truth"><option value="">any</option>\(options(\.truth))</select></label>
            <label>Answer <select id="answer"><option value="">any</option>\(options(\.answer))</select></label>
            <output id="found" aria-live="polite"></output>
            </form>
            <ol id="errors">
            \(errors.map(item))</ol>
            <button type="button" id="more" hidden>Show more</button>

            """
    }

    /// The labels that occur, in their order.
    private func options(_ label: KeyPath<WrongAnswer, Int>) -> [HTML] {
        Set(errors.map { $0[keyPath: label] }).sorted().map { "<option value=\"\($0)\">\(cut(oneLine(labels[$0]), to: 60))</option>" }
    }

    private func item(_ error: WrongAnswer) -> HTML {
        """
        <li data-truth="\(error.truth)" data-answer="\(error.answer)"><p class="verdict"><b>\(oneLine(labels[error.truth]))</b> \
        answered as <b class="bad">\(oneLine(labels[error.answer]))</b> <span>with probability \(percent(error.probability)); \
        the true label has \(percent(error.truthProbability)). Record \(error.record).</span></p>
        <p class="text" dir="auto">\(cut(error.text, to: Self.longest))</p></li>

        """
    }
}
