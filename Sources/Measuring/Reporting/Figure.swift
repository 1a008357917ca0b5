/// A plot with its heading and a sentence on how to read it.
struct Figure {
    let title: String
    let reading: String
    let plot: HTML
    var legend: HTML = ""

    var html: HTML {
        """
        <figure>
        <figcaption><h3>\(title)</h3><p>\(reading)</p></figcaption>
        \(plot)\(legend)</figure>

        """
    }
}
