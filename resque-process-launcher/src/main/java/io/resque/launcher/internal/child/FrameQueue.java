package io.resque.launcher.internal.child;

import io.resque.launcher.internal.frame.Frame;
import java.util.ArrayDeque;

/** Frames from one thread for another. A monitor, since the queues of Java would be more classes to load. */
final class FrameQueue {
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();

    synchronized void add(Frame frame) {
        frames.add(frame);
        notifyAll();
    }

    /** Waits for a frame, even if the thread is interrupted; it stays interrupted. */
    synchronized Frame take() {
        boolean interrupted = false;
        while (frames.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return frames.remove();
    }
}
