/// A page of HTML that needs no other file and no network. A content security policy forbids it everything else.
///
/// - Parameters:
///   - style: added to ``pageStyle``.
///   - script: nil for none.
func htmlPage(title: String, style: HTML = "", script: HTML? = nil, body: HTML) -> String {
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
        \(pageStyle)\(style)
        </style>
        </head>
        <body>
        \(body)\(script.map { "<script>\n\($0)\n</script>\n" as HTML } ?? "")</body>
        </html>

        """
    return page.markup
}
