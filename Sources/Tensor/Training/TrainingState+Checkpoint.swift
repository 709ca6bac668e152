extension TrainingState {
    func write(to path: String) throws(TensorError) {}
}
