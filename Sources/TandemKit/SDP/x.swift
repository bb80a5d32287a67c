public struct SessionDescription {}
