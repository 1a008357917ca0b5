import Foundation

/// Whether the tests run under a sanitizer, as set by `make sanitize`. A sanitizer reserves terabytes of address space and slows everything
/// down, so limits on memory and time are meaningless then.
package let isSanitized = ProcessInfo.processInfo.environment["TENOR_SANITIZED"] != nil
