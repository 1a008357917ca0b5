import TenorMeasuring

/// An event while a learning curve is measured.
package enum CurveEvent: Sendable {
    /// A classifier is being made. Reported often.
    case training(LearningCurve.Method, size: Int, draw: Int)
    /// The accuracy of each method at a size in a draw, which is counted from 0.
    case measured([LearningCurve.Method: Double], size: Int, draw: Int)
    /// A message for the user.
    case message(String)
}
