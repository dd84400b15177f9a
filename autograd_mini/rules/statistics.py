"""Averages, order statistics, histograms and running sums."""
