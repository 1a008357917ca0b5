import TenorFiles

/// The safetensors format: an 8-byte length, a JSON header of that length, and the tensors' numbers without gaps.
/// The rules follow the format's description and its first implementation, huggingface/safetensors `safetensors/src/tensor.rs`.
enum SafeTensors {
    /// All tensors of the file. The whole header is checked: each byte of the data belongs to exactly one tensor.
    static func tensors(in file: MappedFile) throws(WeightsError) -> [StoredTensor] {
        guard let length = file.integer(UInt64.self, at: 0) else { throw .noHeader(file: file.name, bytes: file.count) }
        let available = file.count - 8
        guard length <= UInt64(min(available, JSON.sizeLimit)) else {
            throw .headerTooLong(file: file.name, header: length, available: available)
        }
        let dataStart = 8 + Int(length)
        let header: JSON
        do throws(JSON.Fault) {
            header = try file.withBytes { bytes throws(JSON.Fault) in
                try JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]))
            }
        } catch {
            // Duplicate names have an error that all file formats share.
            if case .duplicateKey(let name) = error.problem { throw .duplicateTensor(file: file.name, tensor: name) }
            throw .headerNotJSON(file: file.name, error)
        }
        guard let members = header.object?.members else {
            throw .unexpectedJSON(file: file.name, key: "the header", found: header.kind, needed: "an object")
        }

        var regions: [(range: Range<Int>, name: String)] = []
        var tensors: [StoredTensor] = []
        for member in members {
            if member.key == "__metadata__" {
                try checkMetadata(member.value, file.name)
                continue
            }
            let (tensor, range) = try tensor(member.key, member.value, file, dataStart)
            tensors.append(tensor)
            regions.append((range, member.key))
        }
        try checkCover(&regions, of: file.count - dataStart, file.name)
        return tensors
    }

    /// The metadata map names to strings. They do not affect how the tensors are read.
    private static func checkMetadata(_ value: JSON, _ file: String) throws(WeightsError) {
        guard let members = value.object?.members else {
            throw .unexpectedJSON(file: file, key: "__metadata__", found: value.kind, needed: "an object")
        }
        for member in members where member.value.string == nil {
            throw .unexpectedJSON(file: file, key: "__metadata__.\(member.key)", found: member.value.kind, needed: "a string")
        }
    }

    private static func tensor(
        _ name: String, _ description: JSON, _ file: MappedFile, _ dataStart: Int
    ) throws(WeightsError) -> (StoredTensor, Range<Int>) {
        guard let members = description.object?.members else {
            throw .unexpectedJSON(file: file.name, key: name, found: description.kind, needed: "an object")
        }
        for member in members where !["dtype", "shape", "data_offsets"].contains(member.key) {
            throw .unexpectedJSON(
                file: file.name, key: "\(name).\(member.key)", found: "no field of a tensor", needed: "dtype, shape or data_offsets")
        }
        let field = description["dtype"]
        guard let typeName = field?.string else {
            throw .unexpectedJSON(file: file.name, key: "\(name).dtype", found: field?.kind ?? "missing", needed: "a string")
        }
        guard let type = ElementType(rawValue: typeName) else { throw .unknownType(file: file.name, tensor: name, type: typeName) }
        let shape = try integers(description["shape"], "\(name).shape", file.name)
        let offsets = try integers(description["data_offsets"], "\(name).data_offsets", file.name)
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .unexpectedJSON(
                file: file.name, key: "\(name).data_offsets", found: "\(offsets)", needed: "a first byte and one past the last")
        }
        guard let needed = StoredTensor.byteCount(shape, size: type.size) else {
            throw .shapeOverflows(file: file.name, tensor: name, shape: shape)
        }
        let range = offsets[0]..<offsets[1]
        guard range.count == needed else {
            throw .wrongByteCount(file: file.name, tensor: name, bytes: range.count, needed: needed)
        }
        let available = file.count - dataStart
        guard range.upperBound <= available else {
            throw .beyondFile(file: file.name, tensor: name, end: range.upperBound, available: available)
        }
        let tensor = StoredTensor(
            name: name, file: file, type: type, shape: shape, strides: StoredTensor.rowMajorStrides(shape),
            offset: dataStart + range.lowerBound)
        return (tensor, range)
    }

    private static func integers(_ value: JSON?, _ key: String, _ file: String) throws(WeightsError) -> [Int] {
        guard let elements = value?.array else {
            throw .unexpectedJSON(file: file, key: key, found: value?.kind ?? "missing", needed: "an array of integers")
        }
        var integers: [Int] = []
        integers.reserveCapacity(elements.count)
        for element in elements {
            guard let integer = element.int, integer >= 0 else {
                throw .unexpectedJSON(file: file, key: key, found: "one of \(element.kind)", needed: "an array of integers, none negative")
            }
            integers.append(integer)
        }
        return integers
    }

    /// In byte order, each tensor must start where the previous one ends, and the last one must end the file.
    private static func checkCover(
        _ regions: inout [(range: Range<Int>, name: String)], of size: Int, _ file: String
    ) throws(WeightsError) {
        regions.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var end = 0
        var last = ""
        for region in regions {
            if region.range.lowerBound < end { throw .overlap(file: file, tensor: region.name, other: last) }
            if region.range.lowerBound > end { throw .gap(file: file, offset: end, bytes: region.range.lowerBound - end) }
            end = region.range.upperBound
            last = region.name
        }
        if end < size { throw .gap(file: file, offset: end, bytes: size - end) }
    }
}
