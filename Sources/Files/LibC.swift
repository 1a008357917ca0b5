// Re-exports the C library to every module that imports this one.
@_exported import Glibc

/// The system's message for an `errno`.
package func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
