import ArgumentParser
import Kindred

extension Metric: ExpressibleByArgument {}
