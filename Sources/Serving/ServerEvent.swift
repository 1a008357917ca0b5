/// What a server tells the program.
package enum ServerEvent: Sendable {
    /// A request was answered.
    case answered(method: String, path: String, status: Int, milliseconds: Double, texts: [String])
    case loaded(model: String)
    /// A replaced folder could not be loaded. The model that was loaded before goes on.
    case notLoaded(model: String, reason: String)
}
