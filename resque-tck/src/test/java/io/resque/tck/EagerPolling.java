package io.resque.tck;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.PollInterval;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets Awaitility look at a condition at once, then after 1, 2, 4 … 64 ms, in the tests of each module that has the kit's test-jar.
 * Its own default waits 100 ms before each look, also before the first.
 */
public final class EagerPolling implements LauncherSessionListener {
    private static final PollInterval DOUBLING =
            (looks, last) -> Duration.ofMillis(Math.min(64, 1L << Math.min(looks, 6)));

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultPollInterval(DOUBLING);
    }
}
