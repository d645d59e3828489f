package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowSampleTest {
    @Test
    void medianIsTheMiddleOneOrBetweenTheTwoMiddleOnes() {
        assertThat(new RowSample(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
        assertThat(new RowSample(List.of(9.0, 1.0, 5.0, 6.0)).median()).isEqualTo(5.5);
    }

    @Test
    void ratiosAreMadePairByPair() {
        RowSample ours = new RowSample(List.of(10.0, 40.0, 90.0));
        RowSample theirs = new RowSample(List.of(10.0, 10.0, 30.0));
        RowSample ratio = ours.dividedBy(theirs);
        assertThat(ratio.values()).containsExactly(1.0, 4.0, 3.0);
        assertThat(ratio.median()).isEqualTo(3);
        assertThat(ratio.text("%.1f")).isEqualTo("3.0 (1.0–4.0)");
    }
}
