/// A report as a page of HTML that needs no other file and no network.
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
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy"
             content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>
            \(pageStyle)
            </style>
            </head>
            <body>
            <a class="skip" href="#summary">Skip to the results</a>
            <header><h1>\(title)</h1></header>
            <nav aria-label="Contents"><ul>\(sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML })</ul></nav>
            <main>
            \(sections.map(\.html))</main>
            \(notes)<script>
            \(pageScript)
            </script>
            </body>
            </html>

            """
        return page.markup
    }
}
