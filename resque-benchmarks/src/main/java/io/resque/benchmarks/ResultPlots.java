package io.resque.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** Draws bars of the medians, one picture for each kind of row. */
final class ResultPlots {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    private final Map<String, DefaultCategoryDataset> data = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    void add(String plot, String unit, String subject, String where, double median) {
        units.put(plot, unit);
        data.computeIfAbsent(plot, name -> new DefaultCategoryDataset()).addValue(median, subject, where);
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, DefaultCategoryDataset> plot : data.entrySet()) {
            JFreeChart chart = ChartFactory.createBarChart(
                    plot.getKey(),
                    null,
                    units.get(plot.getKey()),
                    plot.getValue(),
                    PlotOrientation.VERTICAL,
                    true,
                    false,
                    false);
            BarRenderer bars = (BarRenderer) chart.getCategoryPlot().getRenderer();
            bars.setBarPainter(new StandardBarPainter());
            bars.setShadowVisible(false);
            String file = plot.getKey().replace(' ', '-') + ".png";
            ChartUtils.saveChartAsPNG(folder.resolve(file).toFile(), chart, WIDTH, HEIGHT);
        }
    }
}
