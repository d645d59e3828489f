package io.resque.core.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookBudgetTest {
    private final AtomicLong now = new AtomicLong();
    private final LookBudget budget = new LookBudget(now::get);

    @Test
    void theNumberIsBounded() {
        budget.looked(4_999, 0);
        assertThat(budget.allowsMore()).isTrue();
        budget.looked(1, 0);
        assertThat(budget.allowsMore()).isFalse();
        assertThat(budget.looked()).isEqualTo(5_000);
    }

    @Test
    void theTimeIsBoundedBehindTheBeginning() {
        now.set(TimeUnit.SECONDS.toNanos(10));
        assertThat(budget.allowsMore()).isTrue();
        budget.looked(199, 1 << 19);
        assertThat(budget.allowsMore()).isTrue();
        budget.looked(1, 0);
        assertThat(budget.allowsMore()).isFalse();
        now.set(TimeUnit.MILLISECONDS.toNanos(299));
        assertThat(budget.allowsMore()).isTrue();
    }

    @Test
    void largeOnesEndTheBeginning() {
        now.set(TimeUnit.SECONDS.toNanos(10));
        budget.looked(1, 1 << 20);
        assertThat(budget.allowsMore()).isFalse();
    }
}
