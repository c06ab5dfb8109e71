"""A window of a real browser, driven as a person drives it, on a workbench that is served on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portal_rig
from desk_rig import PASSWORD
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import Select, WebDriverWait
from werkzeug.serving import make_server

from repository.app import create_app
from repository.exchange.roles import Grant, Role
from repository.services import Services

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Desk:
    """A catalogue served on loopback."""

    def __init__(self, services: Services, address: str) -> None:
        self.services, self.address = services, address

    def account(self, email: str, role: Role) -> None:
        _, invitation = self.services.accounts.add(email, [Grant(role)], organisation=f"ENM {email}")
        self.services.accounts.accept(invitation, PASSWORD)


@contextmanager
def serving(folder: Path) -> Iterator[Desk]:
    services = portal_rig.opened(folder)
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Desk(services, f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        services.close()


class Window:
    """One window; fields are named by their labels' ids or names, buttons by their words."""

    def __init__(self, driver: webdriver.Chrome, desk: Desk) -> None:
        self.driver, self.desk = driver, desk

    def open(self, path: str) -> None:
        self.driver.get(self.desk.address + path)

    def sign_in(self, email: str) -> None:
        self.driver.delete_all_cookies()
        self.open("/en/workbench/sign-in")
        self.fill("email", email)
        self.fill("password", PASSWORD)
        self.press("Sign in")

    def field(self, name: str) -> WebElement:
        return self.driver.find_element(By.NAME, name)

    def fill(self, name: str, words: str) -> None:
        field = self.field(name)
        field.clear()
        field.send_keys(words)

    def choose(self, name: str, value: str) -> None:
        Select(self.field(name)).select_by_value(value)

    def press(self, words: str) -> None:
        """Press the first button or link in the page with exactly these words, and wait for the page that follows."""
        path = f"//main//*[self::button or self::a][normalize-space()={words!r}]"
        before = self.driver.find_element(By.TAG_NAME, "html")
        element = self.driver.find_element(By.XPATH, path)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self._left(before)

    def keys(self, *keys: str) -> None:
        """Type on the keyboard, wherever it is heard."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab_to(self, words: str, most: int = 120) -> None:
        """Go by the keyboard alone to what has these words or this name."""
        for _ in range(most):
            self.keys(Keys.TAB)
            active = self.driver.switch_to.active_element
            if words in (active.text.strip(), active.get_attribute("name"), active.get_attribute("id")):
                return
        raise AssertionError(f"{words} is not reached by the keyboard")

    def enter(self) -> None:
        before = self.driver.find_element(By.TAG_NAME, "html")
        self.keys(Keys.ENTER)
        self._left(before)

    @property
    def text(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "main").text

    def _left(self, before: WebElement) -> None:
        WebDriverWait(self.driver, 20).until(expected_conditions.staleness_of(before))


@contextmanager
def window(
    chromium: Path, driver: str, desk: Desk, folder: Path, width: int = 1280, height: int = 1000
) -> Iterator[Window]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium)
    for each in (*_OPTIONS, f"--user-data-dir={folder}", "--window-size=1280,1000"):
        options.add_argument(each)
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    opened.set_page_load_timeout(60)
    try:
        yield Window(opened, desk)
    finally:
        opened.quit()
