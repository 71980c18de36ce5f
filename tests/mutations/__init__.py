"""Each guarantee's mechanism taken out of a copy of the code: the test that shows the guarantee must notice."""
