import TenorFiles

/// `pytorch_model.bin` as `torch.save` has written it since PyTorch 1.6: a zip file with a pickle, `data.pkl`, that describes the tensors,
/// and an entry `data/0`, `data/1` … with the numbers of each storage. All are in one folder, whose name does not matter.
enum TorchFile {
    /// All tensors of the file, in the state dict's order. Tensors may share a storage.
    static func tensors(in file: MappedFile) throws(WeightsError) -> [StoredTensor] {
        if OldTorchFile.isOne(file) { return try OldTorchFile.tensors(in: file) }
        let archive = try ZipArchive(file)
        let pickles = archive.entries.filter { $0.key.hasSuffix("/data.pkl") && $0.key.count { $0 == "/" } == 1 }
        guard let pickle = pickles.first, pickles.count == 1 else { throw .noPickle(file: file.name) }
        let folder = pickle.key.dropLast("data.pkl".count)
        if let order = archive.entries["\(folder)byteorder"], file.text(order) != "little" { throw .bigEndian(file: file.name) }

        return try tensors(Unpickler.stateDict(in: file, at: pickle.value), in: file) { archive.entries["\(folder)data/\($0)"] }
    }

    /// The tensors that a state dict describes.
    ///
    /// - Parameter place: returns the bytes of a storage, by its key.
    static func tensors(
        _ views: [(name: String, view: Unpickler.View)], in file: MappedFile, _ place: (String) -> Range<Int>?
    ) throws(WeightsError) -> [StoredTensor] {
        var tensors: [StoredTensor] = []
        for (name, view) in views {
            let storage = view.storage
            guard let bytes = place(storage.key) else { throw .missingStorage(file: file.name, key: storage.key) }
            let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
            guard !overflow, bytes.count == needed else {
                throw .wrongStorageSize(file: file.name, tensor: name, bytes: bytes.count, needed: overflow ? Int.max : needed)
            }
            guard isWithinStorage(view) else {
                throw .viewBeyondStorage(file: file.name, tensor: name, shape: view.shape, elements: storage.count)
            }
            tensors.append(
                StoredTensor(
                    name: name, file: file, type: storage.type, shape: view.shape, strides: view.strides,
                    offset: bytes.lowerBound + view.offset * storage.type.size))
        }
        return tensors
    }

    /// Whether the last number of the view is in its storage, and the view has no more numbers than its storage from its offset on.
    /// Otherwise a small file with a view that repeats numbers could claim a tensor of any size.
    private static func isWithinStorage(_ view: Unpickler.View) -> Bool {
        guard view.offset >= 0, view.offset <= view.storage.count, view.shape.allSatisfy({ $0 >= 0 }), view.strides.allSatisfy({ $0 >= 0 }),
            let count = StoredTensor.byteCount(view.shape, size: 1), count <= view.storage.count - view.offset
        else { return false }
        guard count > 0 else { return true }
        var last = view.offset
        for (length, stride) in zip(view.shape, view.strides) {
            let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = last.addingReportingOverflow(reach)
            guard !overflow, !sumOverflow else { return false }
            last = sum
        }
        return last < view.storage.count
    }
}
