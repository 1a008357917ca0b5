/// A table that scrolls by itself where the page is too narrow for it.
///
/// - Parameters:
///   - name: what it shows, for those who cannot see it.
///   - rows: markup of `tr` elements.
func wideTable(_ name: String, _ columns: [String], _ rows: [HTML]) -> HTML {
    """
    <div class="wide" tabindex="0" role="region" aria-label="\(name)"><table>
    <thead><tr>\(columns.map { $0.isEmpty ? "<td></td>" : "<th scope=\"col\">\($0)</th>" as HTML })</tr></thead>
    <tbody>
    \(rows)</tbody></table></div>

    """
}

/// A share as a bar; a narrow page leaves it out.
func shareBar(_ share: Double) -> HTML {
    "<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:\(fixed(100 * min(max(share, 0), 1), 1))%\"></i></span>"
}
