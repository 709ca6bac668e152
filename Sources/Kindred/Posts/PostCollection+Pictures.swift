extension PostCollection {
    /// The pictures in `directory` and below it, in the byte order of their paths, with captions where there are any.
    ///
    /// A picture is a file whose name ends in `.png`, `.jpg`, `.jpeg`, `.webp` or `.gif`, in any case; its id is its
    /// path below `directory`. Hidden files and directories are left out. Symbolic links to files are followed, those
    /// to directories are not; they and directories that cannot be read are listed in ``skipped``. A link that leads
    /// nowhere, and anything under a picture's name that is no file, is a row with a status that says so.
    ///
    /// The caption of `cat.png` is the first line of `cat.txt` beside it, or with `language` "de" what follows
    /// `de.utf8=` there, as in the stamps of Tux Paint. A caption that is not UTF-8 is read as Latin-1, and its row's
    /// status has a remark. When no picture has such a file and no language is asked for, the collection has no texts,
    /// and nothing is missing.
    ///
    /// - Parameters:
    ///   - directory: where to look.
    ///   - language: the language of the captions; there is no falling back to another.
    ///   - categoryFromFolder: whether the topmost directory in a picture's path is its true group.
    /// - Throws: ``KindredError/noPictures(directory:files:)``, and ``KindredError/file(path:reason:)`` when
    ///   `directory` itself cannot be read.
    /// - Complexity: O(files + n log n).
    public init(
        pictures directory: String, language: String? = nil, categoryFromFolder: Bool = false
    ) throws(KindredError) {
        let folder = try PictureFolder(directory)
        guard !folder.pictures.isEmpty else {
            throw .noPictures(directory: directory, files: folder.otherFiles)
        }
        var drafts: [Draft] = []
        drafts.reserveCapacity(folder.pictures.count)
        var hasTexts = language != nil
        for picture in folder.pictures {
            var draft = Draft(id: picture.id)
            draft.imageFault = picture.fault
            if categoryFromFolder, let slash = picture.id.utf8.firstIndex(of: UInt8(ascii: "/")) {
                draft.truth = String(picture.id[..<slash])
            }
            if let name = String(validating: picture.name, as: UTF8.self) {
                let path = PictureFile.resolve(name, root: directory)
                let sidecar = Sidecar(ofPicture: path, language: language)
                draft.imagePath = path
                draft.text = sidecar.caption
                draft.remark = sidecar.remark
                if sidecar.caption == nil { draft.textFault = RowStatus(.missingText, sidecar.fault) }
                hasTexts = hasTexts || sidecar.exists
            } else {
                draft.textFault = RowStatus(.missingText, "")
            }
            drafts.append(draft)
        }
        if !hasTexts { for index in drafts.indices { drafts[index].textFault = nil } }
        let extras = try Table(columns: [], rows: drafts.map { _ in [] }, source: directory)
        try self.init(
            drafts, extras: extras, hasImages: true, hasTexts: hasTexts, source: directory, skipped: folder.skipped)
    }
}
