package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTextTest {
    @Test
    void figuresHaveThreeDigits() {
        assertThat(FigureText.of(119_291)).isEqualTo("119,000");
        assertThat(FigureText.of(999.6)).isEqualTo("1,000");
        assertThat(FigureText.of(0.2249)).isEqualTo("0.225");
        assertThat(FigureText.of(0)).isEqualTo("0");
        assertThat(FigureText.of(5)).isEqualTo("5");
        assertThat(FigureText.of(13.94, 2)).isEqualTo("14");
        assertThat(FigureText.of(0.0068, 2)).isEqualTo("0.0068");
    }
}
