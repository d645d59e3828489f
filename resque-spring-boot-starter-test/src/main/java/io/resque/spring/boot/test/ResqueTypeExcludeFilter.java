package io.resque.spring.boot.test;

import io.resque.spring.boot.ResqueJob;
import java.io.IOException;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** Lets only components with jobs through. */
final class ResqueTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<ResqueTest> {
    private static final String JOB = ResqueJob.class.getName();

    ResqueTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }

    @Override
    protected boolean defaultInclude(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
        AnnotationMetadata found = reader.getAnnotationMetadata();
        return super.defaultInclude(reader, factory) || found.hasAnnotation(JOB) || found.hasAnnotatedMethods(JOB);
    }
}
