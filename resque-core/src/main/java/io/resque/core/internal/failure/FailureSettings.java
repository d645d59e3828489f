package io.resque.core.internal.failure;

import io.resque.api.FailureListLayout;
import io.resque.api.FailureSink;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How failures are recorded.
 *
 * @param limit how many records a list may keep; null for no limit
 * @param age how old they may become; null for no limit
 */
public record FailureSettings(
        FailureListLayout lists,
        @Nullable Long limit,
        @Nullable Duration age,
        int backtraceLimit,
        List<FailureSink> sinks) {
    boolean isLimited() {
        return limit != null || age != null;
    }
}
