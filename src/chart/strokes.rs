//! The canvas, with strokes gathered: lines of one style that come one after the other, as the
//! dashes of a series do, are one path and one stroke.

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas to draw on. The last stroke is made when it is dropped.
pub struct Strokes {
    canvas: CanvasBackend,
    /// For what goes below the drawing.
    pub context: CanvasRenderingContext2d,
    /// Color and width of the path that is open.
    open: Option<(BackendColor, u32)>,
}

type Error = <CanvasBackend as DrawingBackend>::ErrorType;
type Drawn<T = ()> = Result<T, DrawingErrorKind<Error>>;

impl Strokes {
    /// Draws on a canvas; `None` where it gives no context.
    pub fn on(canvas: &HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self {
            canvas: CanvasBackend::with_canvas_object(canvas.clone())?,
            context,
            open: None,
        })
    }

    /// The canvas, with all that was drawn before upon it.
    fn plain(&mut self) -> &mut CanvasBackend {
        if self.open.take().is_some() {
            self.context.stroke();
        }
        &mut self.canvas
    }
}

impl Drop for Strokes {
    fn drop(&mut self) {
        self.plain();
    }
}

impl DrawingBackend for Strokes {
    type ErrorType = Error;

    fn get_size(&self) -> (u32, u32) {
        self.canvas.get_size()
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.canvas.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.plain().present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.plain().draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.plain().draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.plain()
            .draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let (color, width) = (style.color(), style.stroke_width());
        let mut path = path.into_iter().map(|(x, y)| (f64::from(x), f64::from(y)));
        let Some((x, y)) = path.next() else {
            return Ok(());
        };
        let goes_on = self
            .open
            .is_some_and(|(c, w)| c.rgb == color.rgb && c.alpha == color.alpha && w == width);
        if !goes_on {
            self.plain();
            let ((r, g, b), a) = (color.rgb, color.alpha);
            self.context
                .set_stroke_style_str(&format!("rgba({r},{g},{b},{a})"));
            self.context.set_line_width(f64::from(width));
            self.context.begin_path();
            self.open = Some((color, width));
        }
        self.context.move_to(x, y);
        for (x, y) in path {
            self.context.line_to(x, y);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.plain().draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.plain().fill_polygon(path, style)
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        self.plain().draw_text(text, style, at)
    }

    fn estimate_text_size<T: BackendTextStyle>(&self, text: &str, style: &T) -> Drawn<(u32, u32)> {
        self.canvas.estimate_text_size(text, style)
    }

    fn blit_bitmap(&mut self, at: BackendCoord, size: (u32, u32), pixels: &[u8]) -> Drawn {
        self.plain().blit_bitmap(at, size, pixels)
    }
}
