/// A plugin that is told what happens to calls. It changes nothing.
public protocol CallObserver: TandemPlugin {
    /// Takes one event. Events of one call arrive in order; those of different calls on several threads at once.
    func observe(_ event: CallEvent)
}
