package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.BackendUnavailableException;
import org.junit.jupiter.api.Test;

class UnreadAnswersTest {
    @Test
    void anAnswerThatDoesNotComeIsAskedForInLess() {
        UnreadAnswers unread = new UnreadAnswers();
        unread.failed(new OutOfMemoryError());
        assertThat(unread.isExpected()).isFalse();
        unread.failed(new OutOfMemoryError());
        assertThat(unread.most()).isEqualTo(65_536);
        unread.over();
        for (int i = 0; i < 4; i++) {
            unread.failed(new BackendUnavailableException("late", new RuntimeException(), true));
            unread.failed(new BackendUnavailableException("away", new RuntimeException(), false));
        }
        assertThat(unread.isExpected()).isFalse();
        unread.failed(new BackendUnavailableException("late", new RuntimeException(), true));
        assertThat(unread.most()).isEqualTo(1 << 20);
        assertThat(unread.isExpected()).isTrue();
    }

    @Test
    void aJobThatWasTooLargeIsAskedForInThatLittle() {
        UnreadAnswers unread = new UnreadAnswers();
        unread.tooLarge();
        for (int i = 0; i < 5; i++) {
            unread.failed(new BackendUnavailableException("late", new RuntimeException(), true));
        }
        assertThat(unread.most()).isEqualTo(65_536);
        assertThat(unread.isExpected()).isTrue();
    }

    @Test
    void whatCountsIsInARow() {
        UnreadAnswers unread = new UnreadAnswers();
        unread.failed(new OutOfMemoryError());
        for (int i = 0; i < 4; i++) {
            unread.failed(new BackendUnavailableException("late", new RuntimeException(), true));
        }
        unread.over();
        unread.failed(new OutOfMemoryError());
        for (int i = 0; i < 4; i++) {
            unread.failed(new BackendUnavailableException("late", new RuntimeException(), true));
        }
        assertThat(unread.isExpected()).isFalse();
    }
}
