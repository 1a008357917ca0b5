/// A report in sections, as a page of HTML.
struct Page {
    struct Section {
        let id: String
        let title: String
        let content: HTML

        var html: HTML {
            "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">\(title)</h2>\n\(content)</section>\n"
        }
    }

    let title: String
    /// The first has the id "summary".
    let sections: [Section]
    /// What stands at the end.
    let notes: HTML

    var markup: String {
        htmlPage(
            title: title, script: pageScript,
            body: """
                <a class="skip" href="#summary">Skip to the results</a>
                <header><h1>\(title)</h1></header>
                <nav aria-label="Contents"><ul>\(sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML })</ul></nav>
                <main>
                \(sections.map(\.html))</main>
                \(notes)
                """)
    }
}
