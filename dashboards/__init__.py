"""What managers and QA see in the browser; reads releases only."""
