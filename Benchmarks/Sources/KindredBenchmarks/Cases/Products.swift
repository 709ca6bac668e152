import Kindred

/// Products of matrices.
let productsCases: [String: Case] = [
    "sgemm": { folder in
        let a = try Matrix(npy: folder + "/a.npy")
        let b = try Matrix(npy: folder + "/b.npy")
        return { ["checksum": Double(a.times(b)[17, 42])] }
    }
]
