package io.resque.tck.explorer;

import java.util.Map;

/**
 * A class under test together with the threads that use it, at one moment. {@link Explorer} makes many of them and uses
 * each in one thread.
 *
 * <p>The class under test is the real one. The model adds what a thread of the real program knows: how far it has come, and
 * its local variables. A model has no clock and no chance: whatever can happen is a step, so a call that may succeed or fail
 * gives two steps.
 */
public interface Model {
    /**
     * The steps that can be taken now. A step is what one thread does while no other thread can come between: mostly one
     * call of a synchronized method. A thread that waits, such as for a lock or for a signal, has no step.
     *
     * @return the steps by name; the name tells the thread and what it does. Empty if nothing more happens
     */
    Map<String, Runnable> steps();

    /**
     * All by which two moments can differ, so that two models whose states are equal behave alike from here on. What is left out
     * of it hides states; what is in it without need only costs time.
     *
     * @return a value with {@code equals} and {@code hashCode}
     */
    Object state();

    /**
     * What must hold in every state.
     *
     * @return for each invariant, in words, whether it holds now; always the same invariants
     */
    Map<String, Boolean> invariants();

    /**
     * What must hold besides once no step is left: nothing is left undone, such as a waiting thread that nobody wakes.
     *
     * @return for each of these, in words, whether it holds now; always the same ones
     */
    Map<String, Boolean> atTheEnd();
}
